/*!
 * \file shim.cc
 * \brief C entry points to the tile arithmetic for the Python tests (ctypes).
 *
 * Tiles are 1024 uint32 patterns in face order; L1 tiles are their bytes. Enumerators are passed by
 * number. A call returns 0, or 1 after std::invalid_argument.
 */
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include "simulator/numerics/matrix_unit.h"
#include "simulator/numerics/pack.h"
#include "simulator/numerics/sfpu.h"
#include "simulator/numerics/unpack.h"

using namespace tt_simulator;  // NOLINT: the shim is nothing but calls into this namespace.

namespace {

template <typename Tile>
Tile Load(const uint32_t* bits) {
  Tile tile;
  std::memcpy(tile.bits, bits, sizeof(tile.bits));
  return tile;
}

template <typename Tile>
void Store(const Tile& tile, uint32_t* bits) {
  std::memcpy(bits, tile.bits, sizeof(tile.bits));
}

template <typename Function>
int Guard(Function&& function) {
  try {
    function();
    return 0;
  } catch (const std::invalid_argument&) {
    return 1;
  }
}

MathConfig Math(int fidelity, int fp32_dest, int fast) {
  return {static_cast<MathFidelity>(fidelity), fp32_dest != 0,
          fast ? Numerics::Fast : Numerics::Exact};
}

}  // namespace

extern "C" {

int tt_tile_bytes(int format) {
  return static_cast<int>(TileBytes(static_cast<DataFormat>(format)));
}

int tt_unpack_to_source(int format, const uint8_t* l1, int fp32_dest, int transpose,
                        uint32_t* source) {
  return Guard([&] {
    SourceTile tile;
    UnpackToSource(static_cast<DataFormat>(format), l1, fp32_dest, transpose, tile);
    Store(tile, source);
  });
}

int tt_unpack_to_dest(int format, const uint8_t* l1, uint32_t* dest) {
  return Guard([&] {
    DestTile tile;
    UnpackToDest(static_cast<DataFormat>(format), l1, tile);
    Store(tile, dest);
  });
}

int tt_tilize(int format, const uint8_t* rows, int row_stride, uint8_t* l1) {
  return Guard([&] { TilizeFromRows(static_cast<DataFormat>(format), rows, row_stride, l1); });
}

int tt_untilize(int format, const uint8_t* l1, uint8_t* rows, int row_stride) {
  return Guard([&] { UntilizeToRows(static_cast<DataFormat>(format), l1, rows, row_stride); });
}

int tt_copy(int format, const uint32_t* source, int fp32_dest, uint32_t* dest) {
  return Guard([&] {
    DestTile tile;
    CopySourceToDest(static_cast<DataFormat>(format), Load<SourceTile>(source), fp32_dest, tile);
    Store(tile, dest);
  });
}

int tt_unary_bcast(int format, int broadcast, const uint32_t* source, int fp32_dest,
                   uint32_t* dest) {
  return Guard([&] {
    DestTile tile;
    BroadcastSourceToDest(static_cast<DataFormat>(format), static_cast<Broadcast>(broadcast),
                          Load<SourceTile>(source), fp32_dest, tile);
    Store(tile, dest);
  });
}

int tt_dest_to_source(const uint32_t* dest, int float32_source, uint32_t* source) {
  return Guard([&] {
    SourceTile tile;
    DestToSource(Load<DestTile>(dest), float32_source, tile);
    Store(tile, source);
  });
}

int tt_transpose_dest(uint32_t* dest) {
  return Guard([&] {
    DestTile tile = Load<DestTile>(dest);
    TransposeDest(tile);
    Store(tile, dest);
  });
}

int tt_matmul(const uint32_t* in0, const uint32_t* in1, int fidelity, int fp32_dest, int fast,
              uint32_t* dest) {
  return Guard([&] {
    DestTile tile = Load<DestTile>(dest);
    MatmulAccumulate(Load<SourceTile>(in0), Load<SourceTile>(in1), Math(fidelity, fp32_dest, fast),
                     tile);
    Store(tile, dest);
  });
}

int tt_eltwise(int op, int broadcast, const uint32_t* a, const uint32_t* b, int fidelity,
               int fp32_dest, int fast, int accumulate, int broadcast_row, uint32_t* dest) {
  return Guard([&] {
    DestTile tile = Load<DestTile>(dest);
    EltwiseBinary(static_cast<BinaryOp>(op), static_cast<Broadcast>(broadcast), Load<SourceTile>(a),
                  Load<SourceTile>(b), Math(fidelity, fp32_dest, fast), accumulate, tile,
                  broadcast_row);
    Store(tile, dest);
  });
}

int tt_reduce(int pool, int dim, const uint32_t* data, const uint32_t* scaler, int fidelity,
              int fp32_dest, int float32_input, int dest_is_cleared, uint32_t* dest) {
  return Guard([&] {
    DestTile tile = Load<DestTile>(dest);
    const ReduceConfig config{static_cast<PoolType>(pool), static_cast<ReduceDim>(dim),
                              Math(fidelity, fp32_dest, 0), float32_input != 0,
                              dest_is_cleared != 0};
    ReduceAccumulate(config, Load<SourceTile>(data), Load<SourceTile>(scaler), tile);
    Store(tile, dest);
  });
}

int tt_pack(const uint32_t* dest, int format, int fp32_dest, int bfp8_precise, int relu,
            int relu_threshold, int l1_accumulate, int mask, uint8_t* l1) {
  return Guard([&] {
    const PackConfig config{static_cast<DataFormat>(format),
                            fp32_dest != 0,
                            bfp8_precise != 0,
                            static_cast<PackRelu>(relu),
                            static_cast<uint16_t>(relu_threshold),
                            l1_accumulate != 0,
                            static_cast<PackMask>(mask)};
    PackTile(Load<DestTile>(dest), config, l1);
  });
}

int tt_sfpu_unary(int op, int fp32_dest, int mode, uint32_t p0, uint32_t p1, uint32_t p2,
                  uint32_t* dest) {
  return Guard([&] {
    DestTile tile = Load<DestTile>(dest);
    const SfpuConfig config{fp32_dest != 0, static_cast<VectorMode>(mode), {p0, p1, p2}};
    SfpuUnary(static_cast<SfpuUnaryOp>(op), config, tile);
    Store(tile, dest);
  });
}

int tt_sfpu_binary(int op, int fp32_dest, const uint32_t* a, const uint32_t* b, uint32_t* out) {
  return Guard([&] {
    DestTile tile;
    const SfpuConfig config{fp32_dest != 0, VectorMode::RC, {}};
    SfpuBinary(static_cast<SfpuBinaryOp>(op), config, Load<DestTile>(a), Load<DestTile>(b), tile);
    Store(tile, out);
  });
}

int tt_sfpu_ternary(int op, int fp32_dest, uint32_t p0, const uint32_t* a, const uint32_t* b,
                    const uint32_t* c, uint32_t* out) {
  return Guard([&] {
    DestTile tile;
    const SfpuConfig config{fp32_dest != 0, VectorMode::RC, {p0, 0, 0}};
    SfpuTernary(static_cast<SfpuTernaryOp>(op), config, Load<DestTile>(a), Load<DestTile>(b),
                Load<DestTile>(c), tile);
    Store(tile, out);
  });
}

int tt_sfpu_typecast(int from, int to, int fp32_dest, uint32_t* dest) {
  return Guard([&] {
    DestTile tile = Load<DestTile>(dest);
    const SfpuConfig config{fp32_dest != 0, VectorMode::RC, {}};
    SfpuTypecast(static_cast<DataFormat>(from), static_cast<DataFormat>(to), config, tile);
    Store(tile, dest);
  });
}

}  // extern "C"
