"""(transaction, law) -> findings with citations -> decision. One function, one list of rules, no way to reach the network."""
