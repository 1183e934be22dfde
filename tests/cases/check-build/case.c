// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a module says of the build of the kernel that it is for (F43): vermagic, the CRCs of its
 * imports, and the build IDs of the files that klp diff counted positions in.
 */
#include "kernel.h"

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

#ifdef KERNEL
const char vermagic[] = "6.12.1 SMP mod_unload ";
#endif

#ifdef INFO
extern void klp_enable_patch(void);
void init_module(void)
{
	klp_enable_patch();
}
char __this_module[64] __section(".gnu.linkonce.this_module") = "lp";
#define SAYS(name, text) static const char name[] __section(".modinfo") __used __aligned(1) = text
SAYS(mark, "livepatch=Y");
#ifndef NO_MAGIC
SAYS(magic, "vermagic=" INFO);
#endif
#ifdef BUILD
SAYS(build, "klp_build_id=" BUILD);
#endif
#ifdef CRC
static const struct {
	ulong crc;
	char name[56];
} versions[] __section("__versions") __used = { { 0x1234, "unknown" }, { CRC, "exported" } };
#endif
#ifdef EXTENDED
static const u32 crcs[] __section("__version_ext_crcs") __used = { 0x1234, EXTENDED };
#ifndef NAMES
#define NAMES "unknown\0exported"
#endif
static const char crc_names[] __section("__version_ext_names") __used = NAMES;
#endif
#if defined(__aarch64__)
asm(".pushsection .plt, \"ax\"\n.byte 0\n.popsection\n"
    ".pushsection .init.plt, \"a\"\n.byte 0\n.popsection\n");
#elif defined(__loongarch__)
asm(".pushsection .got, \"a\"\n.byte 0\n.popsection\n"
    ".pushsection .plt, \"ax\"\n.byte 0\n.popsection\n"
    ".pushsection .plt.idx, \"a\"\n.byte 0\n.popsection\n");
#elif defined(__powerpc64__)
asm(".pushsection .stubs, \"ax\"\n.byte 0\n.popsection\n");
#endif
#endif
