"""Moving in: from nothing to the studio's own year of work; each part is a package of its own."""
