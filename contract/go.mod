module tallyflow/contract

go 1.26
