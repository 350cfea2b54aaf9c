"""What must outlive the process, in SQL. The only home of SQLAlchemy."""
