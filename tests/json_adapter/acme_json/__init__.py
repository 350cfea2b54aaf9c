"""A platform adapter for vasa-cim: one array, described by a JSON file."""
