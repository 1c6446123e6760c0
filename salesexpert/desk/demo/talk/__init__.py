"""What is said in the demo company's history: some hundreds of templates, by the part of a story they belong to."""
