package kafka

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"tallyflow/gateway/internal/config"
)

var logger = slog.New(slog.NewTextHandler(io.Discard, nil))

// certify writes a certificate for 127.0.0.1 and its key, and returns the names of the files.
func certify(t *testing.T) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, bytes []byte) string {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	return write("cert.pem", "CERTIFICATE", certificate), write("key.pem", "PRIVATE"+" KEY", private)
}

func ping(t *testing.T, settings config.Kafka) error {
	t.Helper()
	options, err := Options(settings, logger)
	if err != nil {
		t.Fatal(err)
	}
	client, err := kgo.NewClient(append(options, kgo.RequestRetries(0))...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	return client.Ping(t.Context())
}

func TestConnectsByTLSAndSASL(t *testing.T) {
	certFile, keyFile := certify(t)
	certificate, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	authorities := x509.NewCertPool()
	pemText, _ := os.ReadFile(certFile)
	authorities.AppendCertsFromPEM(pemText)
	for mechanism, method := range map[string]string{
		config.SASLPlain: "PLAIN", config.SASLScramSHA256: "SCRAM-SHA-256", config.SASLScramSHA512: "SCRAM-SHA-512",
	} {
		t.Run(mechanism, func(t *testing.T) {
			cluster, err := kfake.NewCluster(
				kfake.NumBrokers(1), kfake.EnableSASL(), kfake.Superuser(method, "gateway", "right"),
				kfake.TLS(&tls.Config{
					Certificates: []tls.Certificate{certificate}, ClientCAs: authorities, ClientAuth: tls.RequireAndVerifyClientCert,
				}),
			)
			if err != nil {
				t.Fatal(err)
			}
			defer cluster.Close()
			settings := config.Kafka{
				Brokers: cluster.ListenAddrs(), TLS: true, CAFile: certFile, CertFile: certFile, KeyFile: keyFile,
				SASLMechanism: mechanism, SASLUsername: "gateway", SASLPassword: "right",
			}
			if err := ping(t, settings); err != nil {
				t.Error(err)
			}
			for what, change := range map[string]func(settings *config.Kafka){
				"a wrong password":       func(settings *config.Kafka) { settings.SASLPassword = "wrong" },
				"no certificate":         func(settings *config.Kafka) { settings.CertFile = "" },
				"an authority of others": func(settings *config.Kafka) { settings.CAFile, _ = certify(t) },
			} {
				changed := settings
				change(&changed)
				if ping(t, changed) == nil {
					t.Errorf("connected with %s", what)
				}
			}
		})
	}
}

func TestSaysWhichFileIsWrong(t *testing.T) {
	certFile, _ := certify(t)
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, settings := range []config.Kafka{
		{TLS: true, CAFile: "/nowhere"}, {TLS: true, CAFile: empty}, {TLS: true, CertFile: certFile, KeyFile: empty},
	} {
		if _, err := Options(settings, logger); err == nil {
			t.Errorf("took %+v", settings)
		}
	}
}
