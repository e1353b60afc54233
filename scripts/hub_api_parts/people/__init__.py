"""Users as the API shows them: from the live copy, with places and clones."""
