// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Open a linked livepatch module, and write it in the form that the kernel loads: what klp
 * convert and klp post-link share.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/livepatch.h>
#include <klp/text.h>


/* include/linux/module_signature.h */
#define SIGNATURE_MARKER "~Module signature appended~\n"

static uint32_t object_number(struct klp_module *m, const char *object)
{
	const struct map_entry *e = map_find_str(&m->objects, object);

	if (e)
		return e->value;
	map_add_str(&m->objects, object, m->nr_objects);
	return m->nr_objects++;
}

static uint64_t rela_key(struct klp_module *m, const char *object, uint32_t target)
{
	return (uint64_t)object_number(m, object) << 32 | target;
}

struct elf_sec *klp_module_rela(struct klp_module *m, const char *object, struct elf_sec *sec)
{
	uint64_t key = rela_key(m, object, sec->index);
	const struct map_entry *e = map_find_u64(&m->relas, key);
	struct elf_sec *rela;

	if (e)
		return m->elf->secs[e->value];
	rela = elf_add_sec(
		m->elf, arena_printf(m->arena, KLP_RELA_PREFIX "%s.%s", object, sec->name),
		SHT_RELA, SHF_ALLOC | SHF_INFO_LINK | SHF_RELA_LIVEPATCH, 8, sizeof(Elf64_Rela));
	rela->link = m->elf->symtab;
	rela->info = sec->index;
	map_add_u64(&m->relas, key, rela->index);
	return rela;
}

/* Modules that were partly converted, or by other tools: append to what is there. */
static void find_klp_relas(struct klp_module *m)
{
	for (uint32_t i = 1; i < m->nr_secs; i++) {
		const struct elf_sec *sec = m->elf->secs[i];
		const char *object = sec->name + strlen(KLP_RELA_PREFIX);

		if (sec->type != SHT_RELA || !(sec->flags & SHF_RELA_LIVEPATCH) ||
		    !starts_with(sec->name, KLP_RELA_PREFIX))
			continue;
		object = arena_strndup(m->arena, object, strcspn(object, "."));
		map_add_u64(&m->relas, rela_key(m, object, sec->info), i);
	}
}

static int find_arch(struct klp_module *m)
{
	struct diag_where where = { .object = m->elf->path };

	m->arch = arch_find(m->elf->machine);
	if (m->arch)
		return 0;
	return diag_error(m->diag, &where, "machine", "machine %u (e_machine) is not supported",
			  m->elf->machine);
}

int klp_module_open(struct klp_module *m, const char *path, struct arena *arena, struct diag *diag)
{
	int err;

	*m = (struct klp_module){ .arena = arena, .diag = diag };
	map_init(&m->objects, arena);
	map_init(&m->relas, arena);
	err = elf_open(&m->elf, path, ELF_WANT_REL, arena, diag);
	if (err)
		return err;
	m->nr_secs = m->elf->nr_secs;
	find_klp_relas(m);
	return find_arch(m);
}

void klp_module_warn_unmarked(const struct klp_module *m)
{
	struct diag_where where = { .object = m->elf->path, .section = ".modinfo" };
	uint64_t at = 0;

	if (elf_modinfo(m->elf, "livepatch=", &at))
		return;
	diag_warn(m->diag, &where, "not-livepatch",
		  "the module is not marked livepatch=Y, so the kernel will refuse its patch; add "
		  "MODULE_INFO(livepatch, \"Y\")");
}

int klp_module_refuse_signed(const struct klp_module *m, const char *command)
{
	struct diag_where where = { .object = m->elf->path };
	char tail[sizeof(SIGNATURE_MARKER) - 1];
	int fd = open(m->elf->path, O_RDONLY | O_CLOEXEC);
	bool is_signed;

	if (fd < 0)
		return diag_error(m->diag, &where, "open", "cannot open it: %s", strerror(errno));
	is_signed = lseek(fd, -(off_t)sizeof(tail), SEEK_END) >= 0 &&
		    read(fd, tail, sizeof(tail)) == sizeof(tail) &&
		    !memcmp(tail, SIGNATURE_MARKER, sizeof(tail));
	close(fd);
	if (is_signed)
		return diag_error(m->diag, &where, "signed",
				  "the module is signed already; run %s before signing", command);
	return 0;
}
