"""What whoever runs a service sees and sets: settings, logs, metrics, readiness."""
