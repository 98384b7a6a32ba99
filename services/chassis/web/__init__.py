"""What every HTTP interface shares: keys, bodies, languages, problems, OpenAPI."""
