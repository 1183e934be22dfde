// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ELF header: which files are read at all (64 bits, little-endian, relocatable or a linked
 * kernel), and where the section headers are.
 */
#include <string.h>

#include "internal.h"

static bool has_magic(const struct elf_reader *r, const char *magic, size_t len)
{
	return r->size >= len && !memcmp(r->image, magic, len);
}

static int refuse_foreign(const struct elf_reader *r)
{
	if (has_magic(r, "!<arch>\n", 8) || has_magic(r, "!<thin>\n", 8))
		return refuse(r, "archive",
			      "is an archive, not an ELF object: name one of its members");
	if (has_magic(r, "BC\xc0\xde", 4))
		return refuse(r, "not-elf",
			      "is LLVM bitcode (built with LTO), not an ELF object: "
			      "give the object that the link makes (vmlinux.o)");
	if (has_magic(r, "\x1f\x8b", 2) || has_magic(r, "\xfd\x37zXZ", 5) ||
	    has_magic(r, "\x28\xb5\x2f\xfd", 4))
		return refuse(r, "compressed", "is compressed (gzip, xz or zstd): unpack it first");
	return refuse(r, "not-elf", "is not an ELF object");
}

/* e_ident, which says how to read the rest. */
static int check_ident(const struct elf_reader *r)
{
	if (!has_magic(r, ELFMAG, SELFMAG))
		return refuse_foreign(r);
	if (r->size <= EI_DATA)
		return damaged(r, "ends inside its ELF header");
	if (r->image[EI_CLASS] == ELFCLASS32)
		return refuse(r, "not-64-bit", "is a 32-bit ELF object; only 64-bit is supported");
	if (r->image[EI_CLASS] != ELFCLASS64)
		return damaged(r, "has the unknown ELF class %u", r->image[EI_CLASS]);
	if (r->image[EI_DATA] == ELFDATA2MSB)
		return refuse(r, "not-little-endian",
			      "is a big-endian ELF object; only little-endian is supported");
	if (r->image[EI_DATA] != ELFDATA2LSB)
		return damaged(r, "has the unknown ELF byte order %u", r->image[EI_DATA]);
	if (r->size < sizeof(Elf64_Ehdr))
		return damaged(r, "ends inside its ELF header");
	if (r->image[EI_VERSION] != EV_CURRENT ||
	    get_le32(r->image + offsetof(Elf64_Ehdr, e_version)) != EV_CURRENT)
		return damaged(r, "has an unknown ELF version");
	return 0;
}

static const char *type_name(uint16_t type)
{
	switch (type) {
	case ET_EXEC:
		return "an executable";
	case ET_DYN:
		return "a shared object or position-independent executable";
	case ET_CORE:
		return "a core dump";
	default:
		return "of an unknown type";
	}
}

static int check_header(struct elf_reader *r, enum elf_want want)
{
	const uint8_t *h = r->image;
	struct elf *elf = r->elf;

	elf->type = get_le16(h + offsetof(Elf64_Ehdr, e_type));
	elf->machine = get_le16(h + offsetof(Elf64_Ehdr, e_machine));
	elf->flags = get_le32(h + offsetof(Elf64_Ehdr, e_flags));
	elf->osabi = h[EI_OSABI];
	elf->abiversion = h[EI_ABIVERSION];
	r->shoff = get_le64(h + offsetof(Elf64_Ehdr, e_shoff));

	if (elf->type != ET_REL && want == ELF_WANT_REL)
		return refuse(r, "not-relocatable",
			      "is %s (e_type %u), not a relocatable object (.o or .ko)",
			      type_name(elf->type), elf->type);
	if (elf->type != ET_REL && elf->type != ET_EXEC && elf->type != ET_DYN)
		return refuse(r, "not-linked", "is %s (e_type %u), not a kernel or an object",
			      type_name(elf->type), elf->type);
	if (get_le16(h + offsetof(Elf64_Ehdr, e_ehsize)) != sizeof(Elf64_Ehdr))
		return damaged(r, "has an ELF header of a wrong size");
	if (elf->type == ET_REL && get_le16(h + offsetof(Elf64_Ehdr, e_phnum)))
		return refuse(r, "program-headers",
			      "has program headers, which a relocatable object has not");
	if (!r->shoff)
		return refuse(r, "no-sections", "has no section headers");
	if (get_le16(h + offsetof(Elf64_Ehdr, e_shentsize)) != sizeof(Elf64_Shdr))
		return damaged(r, "has section headers of a wrong size");
	if (!elf_in_file(r, r->shoff, sizeof(Elf64_Shdr)))
		return damaged(r, "has its section headers outside the file");
	return elf_fetch(r, r->shoff, sizeof(Elf64_Shdr));
}

int elf_read_header(struct elf_reader *r, enum elf_want want)
{
	return check_ident(r) ?: check_header(r, want);
}
