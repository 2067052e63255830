// Without a file of assembly Go refuses functions that have no body.
