// Runs programs of elementwise instructions, strip by strip, so that temporaries stay in the L1 cache.
#include "broadcast.h"
#include "dispatch.h"
#include "elementwise.h"

static void fill(float *out, float value, int64_t count) {
  for (int64_t i = 0; i < count; ++i) out[i] = value;
}

static void run_instructions(const ck_instruction *instructions, int64_t instruction_count, float *const *memory,
                             int64_t count) {
  for (int64_t k = 0; k < instruction_count; ++k) {
    const ck_instruction *instruction = &instructions[k];
    const uint16_t *operands = instruction->operands;
    ck_kernels[instruction->opcode](memory[instruction->destination], memory[operands[0]], memory[operands[1]],
                                    memory[operands[2]], count);
  }
}

void ck_strip_run(const ck_instruction *instructions, int64_t instruction_count, const ck_register *registers,
                  float *const *bases, int64_t register_count, int64_t first, int64_t count, float *scratch) {
  if (count <= 0) return;
  float *memory[CK_MAXIMUM_REGISTERS];
  ck_broadcast broadcasts[CK_MAXIMUM_REGISTERS];
  for (int64_t r = 0; r < register_count; ++r) {
    memory[r] = scratch + r * CK_STRIP;
    if (registers[r].kind == CK_SPLAT) {
      fill(memory[r], bases[r][0], ck_minimum(ck_round_up(count), CK_STRIP));
    } else if (registers[r].kind == CK_BROADCAST) {
      broadcasts[r] = ck_broadcast_prepare(&registers[r], bases[r]);
    }
  }

  // Whole vectors work on contiguous memory in place.
  int64_t whole = count & -(int64_t)CK_LANES;
  for (int64_t start = 0; start < whole; start += CK_STRIP) {
    int64_t length = ck_minimum(whole - start, CK_STRIP);
    for (int64_t r = 0; r < register_count; ++r) {
      if (registers[r].kind == CK_CONTIGUOUS) {
        memory[r] = bases[r] + first + start;
      } else if (registers[r].kind == CK_BROADCAST) {
        ck_broadcast_fill(memory[r], &broadcasts[r], first + start, length);
      }
    }
    run_instructions(instructions, instruction_count, memory, length);
  }

  // The rest, shorter than a vector, runs on padded copies, so that the kernels need no scalar tails.
  int64_t rest = count - whole;
  if (rest == 0) return;
  for (int64_t r = 0; r < register_count; ++r) {
    memory[r] = scratch + r * CK_STRIP;
    if (registers[r].kind == CK_CONTIGUOUS) {
      memcpy(memory[r], bases[r] + first + whole, (size_t)rest * sizeof(float));
    } else if (registers[r].kind == CK_BROADCAST) {
      ck_broadcast_fill(memory[r], &broadcasts[r], first + whole, rest);
    } else {
      continue;
    }
    fill(memory[r] + rest, 1.0f, CK_LANES - rest);
  }
  run_instructions(instructions, instruction_count, memory, CK_LANES);
  for (int64_t k = 0; k < instruction_count; ++k) {
    uint16_t r = instructions[k].destination;
    if (registers[r].kind != CK_CONTIGUOUS) continue;
    memcpy(bases[r] + first + whole, memory[r], (size_t)rest * sizeof(float));
  }
}

void ck_elementwise(ck_opcode opcode, float *out, const float *a, const float *b, const float *c, int64_t count) {
  bool binary = opcode >= CK_ADD, ternary = opcode >= CK_SELECT;
  ck_instruction instruction = {
    .opcode = (uint16_t)opcode, .destination = 0, .operands = {1, binary ? 2 : 1, ternary ? 3 : 1}};
  ck_register registers[4] = {
    {.kind = CK_CONTIGUOUS}, {.kind = CK_CONTIGUOUS}, {.kind = CK_CONTIGUOUS}, {.kind = CK_CONTIGUOUS}};
  // The operands are only read; the type is that of a table which also holds destinations.
  float *bases[4] = {out, (float *)a, (float *)b, (float *)c};
  _Alignas(64) float scratch[4 * CK_STRIP];
  ck_strip_run(&instruction, 1, registers, bases, ternary ? 4 : binary ? 3 : 2, 0, count, scratch);
}
