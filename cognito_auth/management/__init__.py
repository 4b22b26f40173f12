"""Door: management commands."""
