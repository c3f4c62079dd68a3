"""Boston's 311 requests as real input: read, replayed over HTTP, judged against the city."""
