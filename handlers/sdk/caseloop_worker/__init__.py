"""The worker SDK: fetch, extend, complete and fail jobs of a CaseLoop server over HTTP."""
