"""What can be checked of a deployed import-watch from outside."""
