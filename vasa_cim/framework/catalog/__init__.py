"""Message catalogs: one directory per locale, one `.vmsg` file per catalog."""
