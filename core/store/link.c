#include "store/link.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

/* An address as IPv6: that of IPv4 within it. */
static bool
address_of(const struct sockaddr *a, struct in6_addr *address)
{
	static const uint8_t of_ipv4[12] = { [10] = 0xff, [11] = 0xff };

	if (a->sa_family == AF_INET6) {
		*address = ((const struct sockaddr_in6 *)(const void *)a)->sin6_addr;
		return true;
	}
	if (a->sa_family != AF_INET)
		return false;
	memcpy(address->s6_addr, of_ipv4, sizeof of_ipv4);
	memcpy(address->s6_addr + sizeof of_ipv4, &((const struct sockaddr_in *)(const void *)a)->sin_addr, 4);
	return true;
}

bool
link_is_local(const struct sockaddr *ours, const struct sockaddr *theirs)
{
	struct in6_addr here, there;

	if (theirs->sa_family == AF_UNIX)
		return true;
	if (!address_of(ours, &here) || !address_of(theirs, &there))
		return false;
	return IN6_IS_ADDR_LOOPBACK(&there) || (IN6_IS_ADDR_V4MAPPED(&there) && there.s6_addr[12] == 127) ||
	    IN6_ARE_ADDR_EQUAL(&here, &there);
}

int
link_check(PGconn *c, struct error *why)
{
	struct sockaddr_storage ours = { 0 }, theirs = { 0 };
	socklen_t our_length = sizeof ours, their_length = sizeof theirs;

	if (PQsslInUse(c) || PQgssEncInUse(c))
		return 0;
	if (getsockname(PQsocket(c), (struct sockaddr *)&ours, &our_length) == 0 &&
	    getpeername(PQsocket(c), (struct sockaddr *)&theirs, &their_length) == 0 &&
	    link_is_local((struct sockaddr *)&ours, (struct sockaddr *)&theirs))
		return 0;
	return error_set(why, ERROR_BROKEN, "database: the connection to %s is not encrypted, and the server is not on "
	    "this machine: switch on ssl there and set sslmode=verify-full in `database`",
	    PQhost(c) ? PQhost(c) : "the server");
}
