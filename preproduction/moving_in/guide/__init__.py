"""The guide: what a new studio sets up, step by step, on the pages that Maintenance has for it."""
