// The gateway takes batches of transactions over HTTP and writes them to Kafka.
package main

func main() {}
