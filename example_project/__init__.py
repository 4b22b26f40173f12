"""A small site that uses every part of the package; also the project behind the demo and the tests."""
