"""What vasa-cim is measured against: the same work done the usual way, or the limit that the machine sets."""
