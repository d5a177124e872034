/* address.h: is a resolved address one that anybody on the internet may have? Pure. */
#ifndef YJS_OUTCALL_ADDRESS_H
#define YJS_OUTCALL_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/* False for everything private, local, special or unknown. Of IPv4 the blocks of RFC 6890 are
 * refused; of IPv6 only 2000::/3 is admitted, less the tunnels and translations that carry an IPv4
 * address within (6to4 2002::/16, Teredo 2001::/32) and the documentation and ORCHID blocks. */
bool address_public(const struct sockaddr *address, socklen_t length);

#endif
