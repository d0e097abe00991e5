// Lists the parties. `deploy/dev/example go` generates what is imported here, and runs it.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log"
	"os"

	allmende "example.org/allmende/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

func listParties() (*allmende.ListPartiesResponse, error) {
	pair, err := tls.LoadX509KeyPair(os.Getenv("ALLMENDE_CERTIFICATE"), os.Getenv("ALLMENDE_KEY"))
	if err != nil {
		return nil, err
	}
	authority, err := os.ReadFile(os.Getenv("ALLMENDE_CA"))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	identity := credentials.NewTLS(&tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: roots})
	connection, err := grpc.Dial(os.Getenv("ALLMENDE_SERVER"), grpc.WithTransportCredentials(identity))
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	municipalities := allmende.NewMunicipalityServiceClient(connection)
	return municipalities.ListParties(context.Background(), &allmende.ListPartiesRequest{})
}

func main() {
	answer, err := listParties()
	if err != nil {
		log.Fatal(err)
	}
	for _, party := range answer.GetParties() {
		fmt.Println(party.GetName(), party.GetDisplayName())
	}
}
