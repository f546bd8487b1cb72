"""Two batteries of an invented supply chain, from signed declarations to a set of documents."""
