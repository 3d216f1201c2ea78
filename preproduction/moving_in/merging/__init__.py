"""Two clients who are one: found by their names, looked at side by side, merged; see operations/merge.py."""
