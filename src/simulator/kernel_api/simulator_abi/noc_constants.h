// Packet, alignment and address limits of the NoC; the numbers of the hardware model.
#pragma once

#ifdef ARCH_BLACKHOLE
#define NOC_WORD_BYTES 64
#define NOC_MAX_BURST_SIZE 16384
#define DRAM_ALIGNMENT 64
#define NOC_DRAM_READ_ALIGNMENT_BYTES 64
#else
#define NOC_WORD_BYTES 32
#define NOC_MAX_BURST_SIZE 8192
#define DRAM_ALIGNMENT 32
#define NOC_DRAM_READ_ALIGNMENT_BYTES 32
#endif
#define L1_ALIGNMENT 16
#define NOC_L1_READ_ALIGNMENT_BYTES 16
#define NOC_L1_WRITE_ALIGNMENT_BYTES 16
#define NOC_DRAM_WRITE_ALIGNMENT_BYTES 16
#define NOC_UNICAST_WRITE_VC 1
#define NOC_MULTICAST_WRITE_VC 4
#define NOC_MAX_TRANSACTION_ID 0xF
#define NOC_ADDR_LOCAL_BITS 36
#define NOC_ADDR_NODE_ID_BITS 6
#define NUM_NOCS 2
#define NOC_XY_ENCODING(x, y) ((static_cast<uint32_t>(y) << 6) | static_cast<uint32_t>(x))
