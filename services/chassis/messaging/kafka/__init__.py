"""The bus between machines: Apache Kafka, through kafka-python."""
