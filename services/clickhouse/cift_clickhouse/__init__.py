"""ClickHouse's HTTP interface in front of its engine in one process."""
