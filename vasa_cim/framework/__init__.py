"""The universal framework: sessions, usage context, certificates, queues, catalogs; common to all arrays."""
