"""The same jobs done by others, to measure against."""
