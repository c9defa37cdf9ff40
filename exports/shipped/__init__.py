"""What a release carries beside its data, as it stands there; `exports.papers.shipped` says which part goes where."""
