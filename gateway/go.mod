module tallyflow/gateway

go 1.26

require tallyflow/contract v0.0.0

replace tallyflow/contract => ../contract
