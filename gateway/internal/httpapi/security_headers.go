package httpapi

import "net/http"

// securityHeaders are those that the API sends as well: a browser that shows an answer loads nothing from elsewhere. The
// slices are shared by all answers, and never changed.
var securityHeaders = map[string][]string{
	"Permissions-Policy": {"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"},
	"Content-Security-Policy": {"default-src 'self';style-src 'self' 'unsafe-inline';img-src 'self' data:;" +
		"object-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'"},
	"Cross-Origin-Opener-Policy":        {"same-origin"},
	"Cross-Origin-Resource-Policy":      {"same-origin"},
	"Origin-Agent-Cluster":              {"?1"},
	"Referrer-Policy":                   {"no-referrer"},
	"Strict-Transport-Security":         {"max-age=31536000; includeSubDomains"},
	"X-Content-Type-Options":            {"nosniff"},
	"X-Dns-Prefetch-Control":            {"off"},
	"X-Download-Options":                {"noopen"},
	"X-Frame-Options":                   {"SAMEORIGIN"},
	"X-Permitted-Cross-Domain-Policies": {"none"},
	"X-Xss-Protection":                  {"0"},
}

func setSecurityHeaders(headers http.Header) {
	for name, values := range securityHeaders {
		headers[name] = values
	}
}
