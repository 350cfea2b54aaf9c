"""The file adapter's place: file systems of a Self-contained NAS System or NAS Head."""
