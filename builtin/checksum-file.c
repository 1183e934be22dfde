// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * .discard.sym_checksum: a checksum for each function and object of a file, in
 * the layout that tools of the kernel's tree read.
 */
#include <string.h>

#include <klp/checksum.h>

#define SECTION	   ".discard.sym_checksum"
#define ENTRY_SIZE 16
#define ENTRY_ADDR 0	/* u64, relocated to the symbol */
#define ENTRY_SUM  8	/* u64 */

/* What an earlier run, or another tool, wrote. */
static bool drop_old(struct elf *elf)
{
	bool dropped = false;

	for (uint32_t i = 1; i < elf->nr_secs; i++) {
		if (strcmp(elf->secs[i]->name, SECTION))
			continue;
		elf->secs[i]->dropped = true;
		dropped = true;
	}
	return dropped;
}

/*
 * Aliases stand at one address, which has one entry, with the symbol that the
 * piece is named for.
 */
static void add_entry(struct object *obj, struct elf_sec *sec, const struct piece *p)
{
	uint8_t entry[ENTRY_SIZE] = { 0 };
	uint64_t at;

	put_le64(entry + ENTRY_SUM, p->checksum);
	at = elf_add_data(obj->elf, sec, entry, sizeof(entry), 8, 0);
	elf_add_reloc(obj->elf, sec, at + ENTRY_ADDR, obj->arch->abs64, p->sym, 0);
}

int checksum_write(struct object *obj)
{
	struct elf *elf = obj->elf;
	bool dropped = drop_old(elf);
	struct elf_sec *sec = NULL;

	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		if (!piece_has_checksum(&obj->pieces[i]))
			continue;
		if (!sec)
			sec = elf_add_sec(elf, SECTION, SHT_PROGBITS, 0, 8, ENTRY_SIZE);
		add_entry(obj, sec, &obj->pieces[i]);
	}
	if (!sec && !dropped)
		return 0;
	return elf_write(elf, elf->path, obj->diag);
}
