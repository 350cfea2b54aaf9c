"""What every platform module needs, whatever the array: poll thread, queue, cache, diff, monitors, sessions."""
