"""The distributed form, on Apache Kafka and PostgreSQL: measured as ratios in one run."""
