// SPDX-License-Identifier: GPL-2.0-or-later
/* What klp load reads of a livepatch module: its .modinfo. */
#ifndef RELEASE
#define RELEASE "6.1.0-9-test"
#endif
#ifndef BUILD
#define BUILD "00112233"
#endif
#ifndef LIVEPATCH
#define LIVEPATCH "Y"
#endif

#define INFO(name, text) \
	static const char name[] __attribute__((section(".modinfo"), used, aligned(1))) = text

INFO(a, "name=fix-one");
INFO(b, "livepatch=" LIVEPATCH);
INFO(c, "vermagic=" RELEASE " SMP mod_unload modversions ");
INFO(d, "klp_build_id=vmlinux:" BUILD);
INFO(e, "klp_build_id=nfsd:aabb");
