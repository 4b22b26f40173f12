"""The API's operations: typed functions, one module per noun of the API; see ``registry``."""
