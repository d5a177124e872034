/* Calls over TLS: a department is believed by its certificate alone. One that has expired, that names another host,
 * that its authority has not signed, or a server that speaks nothing newer than TLS 1.1, or only without encryption or
 * without a certificate: nothing is told to it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "outcall/outcall.h"

enum { DAY = 24 * 3600, PATIENCE_MS = 30000 };

static char ca_file[] = "/tmp/yjs-ca-XXXXXX";
static EVP_PKEY *ca_key;
static X509 *ca;

/* --- certificates --- */

static void
extend(X509 *cert, int kind, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, kind, value);

	assert_non_null(e);
	assert_int_equal(X509_add_ext(cert, e, -1), 1);
	X509_EXTENSION_free(e);
}

/* For `name` (as subjectAltName writes it), good until so many seconds from now; signed by `issuer`, NULL: by itself. */
static X509 *
make(EVP_PKEY *key, const char *name, long until, X509 *issuer, EVP_PKEY *issuer_key)
{
	static long serial = 1;
	X509 *cert = X509_new();
	X509_NAME *subject = X509_get_subject_name(cert);

	X509_set_version(cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++);
	X509_gmtime_adj(X509_getm_notBefore(cert), -2 * DAY);
	X509_gmtime_adj(X509_getm_notAfter(cert), until);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)(issuer ? "department" : "authority"),
	    -1, -1, 0);
	X509_set_issuer_name(cert, issuer ? X509_get_subject_name(issuer) : subject);
	X509_set_pubkey(cert, key);
	extend(cert, NID_basic_constraints, issuer ? "critical,CA:FALSE" : "critical,CA:TRUE");
	extend(cert, NID_subject_alt_name, name);
	assert_true(X509_sign(cert, issuer ? issuer_key : key, EVP_sha256()) > 0);
	return cert;
}

static int
make_authority(void **state)
{
	FILE *f;
	int fd = mkstemp(ca_file);

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	ca_key = EVP_EC_gen("P-256");
	ca = make(ca_key, "DNS:authority", DAY, NULL, NULL);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (!f || PEM_write_X509(f, ca) != 1)
		return -1;
	return fclose(f);
}

static int
forget_authority(void **state)
{
	(void)state;
	X509_free(ca);
	EVP_PKEY_free(ca_key);
	return unlink(ca_file);
}

/* --- a department: one connection --- */

struct office {
	SSL_CTX *tls;
	int listener, port;
	atomic_int heard; /* requests that came in */
	pthread_t thread;
};

static void *
serve(void *cookie)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
	struct office *o = cookie;
	int fd = accept(o->listener, NULL, NULL);
	SSL *s = SSL_new(o->tls);
	char request[4096];

	SSL_set_fd(s, fd);
	if (SSL_accept(s) == 1 && SSL_read(s, request, sizeof request) > 0) {
		atomic_fetch_add(&o->heard, 1);
		SSL_write(s, answer, sizeof answer - 1);
		SSL_shutdown(s);
	}
	SSL_free(s);
	close(fd);
	return NULL;
}

static const char *suites; /* that offices speak, NULL: all usual ones */

static void
open_office(struct office *o, X509 *cert, EVP_PKEY *key, int newest)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof at;

	memset(o, 0, sizeof *o);
	o->tls = SSL_CTX_new(TLS_server_method());
	SSL_CTX_set_security_level(o->tls, 0); /* else it would not speak TLS 1.1 either */
	assert_int_equal(SSL_CTX_set_max_proto_version(o->tls, newest), 1);
	if (suites)
		assert_int_equal(SSL_CTX_set_cipher_list(o->tls, suites), 1);
	assert_int_equal(SSL_CTX_use_certificate(o->tls, cert), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(o->tls, key), 1);
	o->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(o->listener, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(o->listener, 1), 0);
	assert_int_equal(getsockname(o->listener, (struct sockaddr *)&at, &length), 0);
	o->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&o->thread, NULL, serve, o), 0);
}

static void
close_office(struct office *o)
{
	shutdown(o->listener, SHUT_RDWR);
	pthread_join(o->thread, NULL);
	close(o->listener);
	SSL_CTX_free(o->tls);
}

/* --- calls --- */

/* Call it; the status of its answer, 0: nobody was heard. `problem` says why. */
static int
call(const struct office *office, const char *authority, char *problem, size_t room)
{
	struct outcall_limits limits = { .in_flight = 1, .endpoints = 1, .ca_file = authority };
	struct outcall_request q = { .body = "{}", .length = 2, .timeout_ms = PATIENCE_MS };
	struct outcall *out = outcall_new(&limits, NULL);
	struct outcall_allow allow;
	struct outcall_done done;
	char url[64];
	int status;

	assert_non_null(out);
	snprintf(url, sizeof url, "https://127.0.0.1:%d/call", office->port);
	assert_int_equal(outcall_allow(url, &allow, NULL), 0);
	q.url = url;
	q.allow = &allow;
	assert_int_equal(outcall_start(out, &q, NULL), 0);
	while (!outcall_next(out, &done))
		outcall_wait(out, NULL, 0, PATIENCE_MS);
	status = done.answer.status;
	snprintf(problem, room, "%s", done.problem ? done.problem : "");
	outcall_release(out, done.call);
	outcall_free(out);
	return status;
}

/* Nothing is told to who shows `cert`, or speaks nothing newer than `newest`. */
static void
is_not_believed(X509 *cert, EVP_PKEY *key, int newest, const char *authority)
{
	struct office office;
	char problem[256];

	open_office(&office, cert, key, newest);
	assert_int_equal(call(&office, authority, problem, sizeof problem), 0);
	close_office(&office);
	assert_int_equal(atomic_load(&office.heard), 0);
	assert_true(*problem);
	X509_free(cert);
}

static void
believes_certificates_alone(void **state)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *good = make(key, "IP:127.0.0.1", DAY, ca, ca_key);
	struct office office;
	char problem[256];

	(void)state;
	open_office(&office, good, key, TLS1_3_VERSION);
	assert_int_equal(call(&office, ca_file, problem, sizeof problem), 200);
	close_office(&office);
	assert_int_equal(atomic_load(&office.heard), 1);

	is_not_believed(make(key, "IP:127.0.0.1", -DAY, ca, ca_key), key, TLS1_3_VERSION, ca_file); /* expired */
	is_not_believed(make(key, "IP:127.0.0.2", DAY, ca, ca_key), key, TLS1_3_VERSION, ca_file);  /* another host's */
	is_not_believed(make(key, "IP:127.0.0.1", DAY, NULL, NULL), key, TLS1_3_VERSION, ca_file);  /* its own */
	X509_up_ref(good);
	is_not_believed(good, key, TLS1_3_VERSION, NULL); /* of an authority that this machine does not know */
	X509_up_ref(good);
	is_not_believed(good, key, TLS1_1_VERSION, ca_file);
	suites = "eNULL:@SECLEVEL=0"; /* in clear */
	X509_up_ref(good);
	is_not_believed(good, key, TLS1_2_VERSION, ca_file);
	suites = "aNULL:@SECLEVEL=0"; /* without a certificate */
	is_not_believed(good, key, TLS1_2_VERSION, ca_file);
	suites = NULL;
	EVP_PKEY_free(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(believes_certificates_alone) };

	return cmocka_run_group_tests_name("outcall/tls", tests, make_authority, forget_authority);
}
