"""An app of commands alone, installed before Django's accounts: of two commands of one name the first app's is taken."""
