module tallyflow/gateway

go 1.26
