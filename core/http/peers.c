#include "http/peers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#define LINGER_US (2 * US_PER_SECOND)
#define BYTES_A_SECOND 32768
#define FRESH_US 100000
#define SPARE_US (2 * US_PER_SECOND) /* on a connection of the reserve: for a request, for another one */
#define LINGER_BYTES (32 << 20)

/* ---- addresses ---- */

static void
key_of(const struct sockaddr *a, unsigned char key[16])
{
	memset(key, 0, 16);
	if (a->sa_family == AF_INET6) {
		const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr;

		memcpy(key, six, IN6_IS_ADDR_V4MAPPED(six) ? 16 : 8);
	} else if (a->sa_family == AF_INET) {
		key[10] = key[11] = 0xff;
		memcpy(key + 12, &((const struct sockaddr_in *)(const void *)a)->sin_addr, 4);
	}
}

static unsigned
bucket_of(const unsigned char key[16])
{
	uint32_t h = 2166136261U;

	for (int i = 0; i < 16; i++)
		h = (h ^ key[i]) * 16777619U;
	return (h ^ h >> 15) % PEERS_BUCKETS;
}

static void
tell_address(struct peer *peer, const struct sockaddr *a)
{
	const unsigned char *four = NULL;

	if (a->sa_family == AF_INET6) {
		const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr;

		peer->loopback = IN6_IS_ADDR_LOOPBACK(six);
		if (IN6_IS_ADDR_V4MAPPED(six))
			four = six->s6_addr + 12;
		else
			inet_ntop(AF_INET6, six, peer->address, sizeof peer->address);
	} else if (a->sa_family == AF_INET) {
		four = (const unsigned char *)&((const struct sockaddr_in *)(const void *)a)->sin_addr;
	}
	if (four) {
		peer->loopback = four[0] == 127;
		inet_ntop(AF_INET, four, peer->address, sizeof peer->address);
	}
}

/* ---- the sweeper ---- */

/* Bytes came since the last answer: a request has begun that is not known yet. */
static bool
has_begun(const struct peer *peer, int64_t idle, int64_t now)
{
	struct tcp_info info;
	socklen_t size = sizeof info;

	if (getsockopt(peer->fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
		return false;
	return (int64_t)info.tcpi_last_data_recv * 1000 < now - idle - 5000;
}

/* The client ended its side. The library, told of data and end at once, reads the data and forgets
 * the end (it waits for an edge that was); so an idle connection is looked at once, but not while
 * the library may have a request in its hands that is not known yet. */
static bool
has_left(struct peer *peer, int64_t idle, int64_t now)
{
	char c;

	if (peer->looked == idle || now - idle < FRESH_US)
		return false;
	peer->looked = idle;
	return recv(peer->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static void
look_at(struct peers *p, struct peer *peer, int64_t now, bool crowded)
{
	int64_t due = atomic_load(&peer->due), idle = atomic_load(&peer->idle);
	bool early = idle && (p->draining || (crowded && now - idle > p->idle_us / 8) ||
	    has_left(peer, idle, now));

	if (due == 0 || due == INT64_MAX || (now < due && !early))
		return;
	if (!early && idle && peer->served && due < idle + p->idle_us + p->request_us &&
	    has_begun(peer, idle, now)) {
		atomic_compare_exchange_strong(&peer->due, &due, idle + p->idle_us + p->request_us);
		return;
	}
	/* only if nothing moved meanwhile: a request that was just taken keeps its connection */
	if (atomic_compare_exchange_strong(&peer->due, &due, INT64_MAX))
		shutdown(peer->fd, SHUT_RDWR);
}

static void
let_go(struct peers *p, int64_t now)
{
	for (int i = p->n_lingering - 1; i >= 0; i--) {
		ssize_t n = 1;

		for (int k = 0; k < 8 && n > 0; k++) { /* with MSG_TRUNC, TCP throws the bytes away */
			n = recv(p->lingering[i].fd, NULL, 1 << 20, MSG_DONTWAIT | MSG_TRUNC);
			p->lingering[i].left -= n > 0 ? n : 0;
		}
		if ((n > 0 || (n < 0 && errno == EAGAIN)) && now < p->lingering[i].until &&
		    p->lingering[i].left > 0)
			continue;
		close(p->lingering[i].fd);
		p->lingering[i] = p->lingering[--p->n_lingering];
	}
}

static int64_t
tick(const struct peers *p)
{
	int64_t us = (p->request_us < p->idle_us ? p->request_us : p->idle_us) / 8;

	if (p->draining || p->n_lingering)
		return 20000;
	return us < 20000 ? 20000 : us > US_PER_SECOND ? US_PER_SECOND : us;
}

static void
doze(struct peers *p)
{
	if (p->open == 0 && p->n_lingering == 0) {
		p->asleep = true;
		pthread_cond_wait(&p->wake, &p->lock);
		p->asleep = false;
	} else {
		int64_t at = clock_monotonic() + tick(p);
		struct timespec until = { .tv_sec = at / US_PER_SECOND,
			.tv_nsec = at % US_PER_SECOND * 1000 };

		pthread_cond_timedwait(&p->wake, &p->lock, &until);
	}
}

static void *
sweep(void *cookie)
{
	struct peers *p = cookie;

	pthread_mutex_lock(&p->lock);
	while (!p->stopping) {
		int64_t now = clock_monotonic();
		bool crowded = p->open > p->caps.most - p->caps.most / 4;

		for (int i = 0; i < PEERS_BUCKETS && p->open; i++)
			for (struct peer *peer = p->bucket[i]; peer; peer = peer->next)
				look_at(p, peer, now, crowded);
		let_go(p, now);
		doze(p);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

int
peers_start(struct peers *p, const struct peers_caps *caps, int64_t request_us, int64_t idle_us,
    struct error *why)
{
	pthread_condattr_t attr;
	int failed;

	memset(p, 0, sizeof *p);
	p->caps = *caps;
	p->request_us = request_us;
	p->idle_us = idle_us;
	pthread_mutex_init(&p->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&p->wake, &attr);
	pthread_condattr_destroy(&attr);
	failed = pthread_create(&p->sweeper, NULL, sweep, p);
	if (!failed)
		return 0;
	pthread_cond_destroy(&p->wake);
	pthread_mutex_destroy(&p->lock);
	return error_set(why, ERROR_TEMPORARY, "no thread for HTTP deadlines: %s", strerror(failed));
}

void
peers_stop(struct peers *p)
{
	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	pthread_cond_signal(&p->wake);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->sweeper, NULL);
	for (int i = 0; i < p->n_lingering; i++)
		close(p->lingering[i].fd);
	pthread_cond_destroy(&p->wake);
	pthread_mutex_destroy(&p->lock);
}

void
peers_drain(struct peers *p)
{
	pthread_mutex_lock(&p->lock);
	p->draining = true;
	pthread_cond_signal(&p->wake);
	pthread_mutex_unlock(&p->lock);
}

/* ---- coming and going ---- */

static bool
has_room(struct peers *p, const unsigned char key[16])
{
	int same = 0;

	if (p->open >= p->caps.most)
		return false;
	if (p->caps.of_one <= 0)
		return true;
	for (const struct peer *peer = p->bucket[bucket_of(key)]; peer; peer = peer->next)
		same += memcmp(peer->key, key, 16) == 0;
	return same < p->caps.of_one;
}

bool
peers_admit(struct peers *p, const struct sockaddr *address)
{
	unsigned char key[16];
	bool admitted, complain;
	int64_t now = clock_monotonic();

	key_of(address, key);
	pthread_mutex_lock(&p->lock);
	admitted = has_room(p, key);
	complain = !admitted && now - p->complained > 10 * US_PER_SECOND;
	if (complain)
		p->complained = now;
	pthread_mutex_unlock(&p->lock);
	if (complain)
		log_warning("http: too many connections over all or of one address: refusing");
	return admitted;
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

struct peer *
peers_enter(struct peers *p, int fd, const struct sockaddr *address)
{
	struct peer *peer = calloc(1, sizeof *peer), **bucket;
	int64_t now = clock_monotonic();

	if (!peer)
		return NULL;
	peer->fd = fd;
	key_of(address, peer->key);
	tell_address(peer, address);
	atomic_init(&peer->idle, now);
	bucket = &p->bucket[bucket_of(peer->key)];
	pthread_mutex_lock(&p->lock);
	peer->spare = p->open >= p->caps.most - p->caps.reserve;
	atomic_init(&peer->due, now + (peer->spare ? least(SPARE_US, p->request_us) : p->request_us));
	peer->next = *bucket;
	peer->back = bucket;
	if (peer->next)
		peer->next->back = &peer->next;
	*bucket = peer;
	p->open++;
	if (p->asleep)
		pthread_cond_signal(&p->wake);
	pthread_mutex_unlock(&p->lock);
	return peer;
}

/* The library closes its descriptor; the duplicate keeps the connection for a while. */
static void
linger(struct peers *p, const struct peer *peer)
{
	int fd;

	if (p->n_lingering == PEERS_LINGERING || p->stopping)
		return;
	fd = fcntl(peer->fd, F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return;
	shutdown(fd, SHUT_WR);
	p->lingering[p->n_lingering].fd = fd;
	p->lingering[p->n_lingering].left = LINGER_BYTES;
	p->lingering[p->n_lingering++].until = clock_monotonic() + LINGER_US;
	pthread_cond_signal(&p->wake);
}

/* More came than was read: a request line without end, for example. */
static bool
has_unread(const struct peer *peer)
{
	int n = 0;

	return ioctl(peer->fd, FIONREAD, &n) == 0 && n > 0;
}

void
peers_leave(struct peers *p, struct peer *peer)
{
	if (!peer)
		return;
	pthread_mutex_lock(&p->lock);
	*peer->back = peer->next;
	if (peer->next)
		peer->next->back = peer->back;
	p->open--;
	if (!peer->dropped && atomic_load(&peer->due) != INT64_MAX &&
	    (peer->lingers || has_unread(peer)))
		linger(p, peer);
	pthread_mutex_unlock(&p->lock);
	free(peer);
}

/* What was sent before the socket was shut can still be read from it: only `due` tells. */
static bool
move_due(struct peer *peer, int64_t to)
{
	int64_t due = atomic_load(&peer->due);

	while (due != INT64_MAX)
		if (atomic_compare_exchange_weak(&peer->due, &due, to))
			return true;
	return false;
}

bool
peers_begin(struct peers *p, struct peer *peer)
{
	/* the first has its time since the connection was made; moved, so the sweeper sees it */
	int64_t due = peer->served ? clock_monotonic() + p->request_us : atomic_load(&peer->due) - 1;

	if (!move_due(peer, due))
		return false;
	peer->served = true;
	atomic_store(&peer->idle, 0);
	return true;
}

void
peers_end(struct peers *p, struct peer *peer)
{
	int64_t now = clock_monotonic();

	atomic_store(&peer->due, now + (peer->spare ? least(SPARE_US, p->idle_us) : p->idle_us));
	atomic_store(&peer->idle, now);
}

void
peers_allow(struct peers *p, struct peer *peer, uint64_t bytes)
{
	atomic_store(&peer->due, clock_monotonic() + p->request_us +
	    (int64_t)(bytes / BYTES_A_SECOND) * US_PER_SECOND);
}

void
peers_extend(struct peer *peer, uint64_t bytes)
{
	atomic_fetch_add(&peer->due, (int64_t)(bytes / BYTES_A_SECOND) * US_PER_SECOND);
}

bool
peers_hold(struct peer *peer)
{
	return move_due(peer, 0);
}

void
peers_drop(struct peer *peer)
{
	peer->dropped = true;
}
