// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The generic ELF writer: what stays and under which number (elf/number.c), the
 * tables made anew (elf/contents.c), the places in the file, and then libelf.
 */
#include <errno.h>
#include <string.h>

#include "write.h"

/* Nothing needs more alignment in the file; more would make holes. */
#define MAX_FILE_ALIGN 4096

static uint64_t align_up(uint64_t offset, uint64_t align)
{
	if (align > MAX_FILE_ALIGN)
		align = MAX_FILE_ALIGN;
	return (offset + align - 1) & ~(align - 1);
}

static void place_sections(struct writer *w)
{
	uint64_t offset = sizeof(Elf64_Ehdr);
	uint32_t i;

	for (i = 1; i < w->nr_secs; i++) {
		Elf64_Shdr *h = &w->secs[i].h;

		offset = align_up(offset, h->sh_addralign);
		h->sh_offset = offset;
		if (h->sh_type != SHT_NOBITS)
			offset += h->sh_size;
	}
	w->shoff = align_up(offset, 8);
}

static bool give_ehdr(struct writer *w)
{
	const struct elf *elf = w->elf;
	Elf64_Ehdr *h = elf64_newehdr(w->libelf);
	uint32_t names = w->shstrtab;

	if (!h)
		return false;
	h->e_ident[EI_DATA] = ELFDATA2LSB;
	h->e_ident[EI_OSABI] = elf->osabi;
	h->e_ident[EI_ABIVERSION] = elf->abiversion;
	h->e_type = elf->type;
	h->e_machine = elf->machine;
	h->e_version = EV_CURRENT;
	h->e_flags = elf->flags;
	h->e_shoff = w->shoff;
	h->e_shentsize = sizeof(Elf64_Shdr);
	h->e_shstrndx = (Elf64_Half)names;
	if (names >= SHN_LORESERVE) {
		h->e_shstrndx = SHN_XINDEX;
		w->secs[0].h.sh_link = names;
	}
	return true;
}

/* Contents are bytes in the target's order already: libelf converts only headers. */
static bool give_section(const struct out_sec *out, Elf_Scn *scn)
{
	Elf64_Shdr *h = scn ? elf64_getshdr(scn) : NULL;
	Elf_Data *data;

	if (!h)
		return false;
	*h = out->h;
	if (!out->data || !h->sh_size || h->sh_type == SHT_NOBITS)
		return true;
	data = elf_newdata(scn);
	if (!data)
		return false;
	data->d_buf = (void *)out->data;
	data->d_size = h->sh_size;
	data->d_type = ELF_T_BYTE;
	data->d_align = 1;
	return true;
}

static bool give_to_libelf(struct writer *w)
{
	Elf *libelf;
	uint32_t i;

	elf_version(EV_CURRENT);
	libelf = w->libelf = elf_begin(w->out.fd, ELF_C_WRITE, NULL);
	if (!libelf || !give_ehdr(w))
		return false;
	elf_flagelf(libelf, ELF_C_SET, ELF_F_LAYOUT);
	/* Section 0 comes to be with the first of the others. */
	for (i = 1; i < w->nr_secs; i++) {
		if (!give_section(&w->secs[i], elf_newscn(libelf)))
			return false;
	}
	return give_section(&w->secs[0], elf_getscn(libelf, 0));
}

static void end_libelf(void *arg)
{
	struct writer *w = arg;

	elf_end(w->libelf);
	w->libelf = NULL;
}

/* libelf has errors of its own, and those of the system. */
static int update(struct writer *w)
{
	if (!give_to_libelf(w))
		return broken(w, NULL, NULL, "cannot be written: %s", elf_errmsg(-1));
	errno = 0;
	if (elf_update(w->libelf, ELF_C_WRITE) >= 0)
		return 0;
	return diag_error(w->diag, &(struct diag_where){ .object = w->path }, "cannot-write",
			  "cannot be written: %s", errno ? strerror(errno) : elf_errmsg(-1));
}

static int write_file(struct writer *w)
{
	int err = outfile_open(&w->out, w->path, true, w->arena, w->diag);

	arena_defer(w->arena, end_libelf, w);
	if (err)
		return err;
	err = update(w);
	end_libelf(w);
	if (err)
		outfile_abandon(&w->out);
	return err ?: outfile_commit(&w->out);
}

int elf_write(struct elf *elf, const char *path, struct diag *diag)
{
	/* In the arena: what is released with it must outlive this function. */
	struct writer *w = arena_alloc(elf->arena, sizeof(*w));
	int err;

	w->elf = elf;
	w->arena = elf->arena;
	w->diag = diag;
	w->path = arena_strdup(elf->arena, path);
	if (elf->type != ET_REL)
		return broken(w, NULL, NULL, "only relocatable objects can be written");

	elf_number(w);
	/* Every number of the output is known from here on. */
	err = elf_make_contents(w);
	if (err)
		return err;
	place_sections(w);
	return write_file(w);
}
