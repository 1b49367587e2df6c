#include "sfpu_reduce.h"

#include <stdexcept>

#include "flush_denormals.h"
#include "sfpu_registers.h"

namespace tt_simulator {
namespace {

/*! \brief Addresses of the second half of a tile: faces 2 and 3. */
constexpr int kLowerFaces = 2 * kFaceRows;

LaneFormat FormatOf(const SfpuReduceConfig& config) {
  if (config.number != SfpuNumber::Float) return LaneFormat::Integer;
  return config.fp32_dest ? LaneFormat::Float32 : LaneFormat::Bfloat16;
}

Keep KeepOf(const SfpuReduceConfig& config) {
  return config.pool == SfpuPool::Max ? Keep::Larger : Keep::Smaller;
}

bool IsExtremum(SfpuPool pool) { return pool == SfpuPool::Max || pool == SfpuPool::Min; }

/*! \brief One reduction: its registers and what its program depends on. */
struct Reduction {
  explicit Reduction(const SfpuReduceConfig& config)
      : number(config.number), pool(config.pool), keep(KeepOf(config)), lanes(FormatOf(config)) {}

  void Add(int to, int from) {
    number == SfpuNumber::Float ? lanes.Add(to, from) : lanes.AddIntegers(to, from);
  }

  /*! \brief Registers first..first+3 into `first`, last ones first. */
  void AddFour(int first) {
    for (int i = first + 2; i >= first; --i) Add(i, i + 1);
  }

  SfpuNumber number;
  SfpuPool pool;
  Keep keep;
  SfpuRegisters lanes;
};

// ---- columns -------------------------------------------------------------------------------

/*! \brief One sum over 32 rows into their average; integers round toward zero. */
uint32_t AverageOfInteger(uint32_t sum, bool is_signed) {
  const bool negative = is_signed && (sum >> 31);
  const uint32_t magnitude = (negative ? 0u - sum : sum) >> 5;
  return negative ? 0u - magnitude : magnitude;
}

void Average(Reduction& r, int of) {
  if (r.number == SfpuNumber::Float) {
    r.lanes.Multiply(of, SfpuRegisters::Constant(1.0f / kTileDim));
    return;
  }
  for (uint32_t& sum : r.lanes[of]) sum = AverageOfInteger(sum, r.number == SfpuNumber::Int32);
}

/*! \brief Sums of the even or odd columns of one upper face and the face below it. */
void SumColumns(Reduction& r, DestTile& tile, int address) {
  for (int band = 0; band < 4; ++band) {
    r.lanes.Load(band, tile, address + kBandRows * band);
    r.lanes.Load(4 + band, tile, address + kLowerFaces + kBandRows * band);
  }
  r.AddFour(0);
  r.AddFour(4);
  r.Add(0, 4);
  r.lanes.Transpose();
  if (r.number == SfpuNumber::Float) {
    r.Add(2, 3);
    r.Add(0, 1);
    r.Add(0, 2);
  } else {
    r.AddFour(0);
  }
  if (r.pool == SfpuPool::Avg) Average(r, 0);
  r.lanes.Store(0, tile, address);
}

/*! \brief The two columns halves of the two upper faces, in the order of registers 4 to 7. */
constexpr int kUpperColumns[] = {0, kOddColumns, kFaceRows, kFaceRows + kOddColumns};

/*! \brief Extrema of all columns of floats at once, a register for each of kUpperColumns. */
void FloatExtremaOfColumns(Reduction& r, DestTile& tile) {
  for (int i = 0; i < 4; ++i) r.lanes.Load(4 + i, tile, kUpperColumns[i]);
  for (int face : {0, kLowerFaces}) {
    for (int row = face == 0 ? kBandRows : 0; row < kFaceRows; row += kBandRows) {
      for (int i = 0; i < 4; ++i) {
        r.lanes.Load(0, tile, face + row + kUpperColumns[i]);
        r.lanes.Swap(4 + i, 0, r.keep);
      }
    }
  }
  r.lanes.Transpose();
  for (int i = 6; i >= 4; --i) r.lanes.Swap(i, i + 1, r.keep);
  r.lanes.Transpose();
  for (int i = 0; i < 4; ++i) r.lanes.Store(4 + i, tile, kUpperColumns[i]);
}

/*! \brief Registers 4..7 into 4. */
void ExtremumOfFour(Reduction& r) {
  for (int i = 6; i >= 4; --i) r.lanes.Swap(i, i + 1, r.keep);
}

/*! \brief Extrema of the columns of an upper face of integers and the face below it. */
void IntegerExtremaOfColumns(Reduction& r, DestTile& tile, int face) {
  // Where the partial results wait: upper even, upper odd, lower even, lower odd columns.
  static constexpr int kWaiting[] = {0, 2, 1, 3};
  for (int i = 0; i < 4; ++i) {
    const int address = face + (i & 2 ? kLowerFaces : 0) + (i & 1 ? kOddColumns : 0);
    for (int band = 0; band < 4; ++band) {
      r.lanes.Load(4 + band, tile, address + kBandRows * band);
    }
    ExtremumOfFour(r);
    r.lanes[kWaiting[i]] = r.lanes[4];
  }
  for (int i = 0; i < 4; ++i) r.lanes[4 + i] = r.lanes[i];
  r.lanes.Transpose();
  ExtremumOfFour(r);
  r.lanes.Transpose();
  r.lanes.Swap(6, 7, r.keep);
  r.lanes.Swap(4, 5, r.keep);
  r.lanes.Store(4, tile, face);
  r.lanes.Store(6, tile, face + kOddColumns);
}

// ---- rows ----------------------------------------------------------------------------------

/*! \brief Folds 8 lanes: every lane gets the result of its group. Register + 1 is scratch. */
void FoldLanes(Reduction& r, int index) {
  for (int distance : {4, 2, 1}) {
    r.lanes.RotateRight(index + 1, index, distance);
    if (IsExtremum(r.pool)) {
      r.lanes.Swap(index, index + 1, r.keep);
    } else {
      r.Add(index, index + 1);
    }
  }
}

/*! \brief Results of 4 rows of a tile, in the even columns of their left face. */
void ReduceBandOfRows(Reduction& r, DestTile& tile, int address) {
  for (int i = 0; i < 4; ++i) r.lanes.Load(i, tile, address + kUpperColumns[i]);
  if (IsExtremum(r.pool)) {
    r.lanes.Swap(0, 2, r.keep);
    r.lanes.Swap(1, 3, r.keep);
    r.lanes.Swap(0, 1, r.keep);
  } else {
    r.AddFour(0);
  }
  FoldLanes(r, 0);
  r.lanes.Store(0, tile, address);
}

/*! \brief Combines the results of a row of tiles into its first tile. */
void CombineTiles(Reduction& r, std::span<DestTile> row, int address) {
  r.lanes.Load(0, row[0], address);
  for (size_t tile = 1; tile < row.size(); ++tile) {
    r.lanes.Load(4, row[tile], address);
    if (IsExtremum(r.pool)) {
      r.lanes.Swap(0, 4, r.keep);
    } else {
      r.Add(0, 4);
    }
  }
  r.lanes.Store(0, row[0], address);
}

/*! \brief Addresses of the bands of rows whose left face is 0 or 2. */
template <typename Body>
void ForEachBand(Body&& body) {
  for (int face : {0, kLowerFaces}) {
    for (int row = 0; row < kFaceRows; row += kBandRows) body(face + row);
  }
}

/*! \brief Maps the order of unsigned numbers to that of signed ones and back. */
void FlipSigns(std::span<DestTile> tiles) {
  for (DestTile& tile : tiles) {
    for (uint32_t& bits : tile.bits) bits ^= 0x80000000u;
  }
}

/*! \brief Extrema of unsigned numbers run on the signed program. */
bool NeedsFlip(const SfpuReduceConfig& config) {
  return config.number == SfpuNumber::UInt32 && IsExtremum(config.pool);
}

// ---- broadcasts ----------------------------------------------------------------------------

/*! \brief to = to op by; the two broadcasts subtract by different instructions. */
void Combine(SfpuBroadcastOp op, SfpuRegisters::Lanes& to, const SfpuRegisters::Lanes& by) {
  switch (op) {
    case SfpuBroadcastOp::Add:
    case SfpuBroadcastOp::Sub:
      return SfpuRegisters::MultiplyAdd(to, to, SfpuRegisters::Constant(1.0f), by);
    case SfpuBroadcastOp::Mul:
      return SfpuRegisters::MultiplyAdd(to, to, by, SfpuRegisters::Constant(0.0f));
  }
}

/*! \brief Lane 0 of each group of 8 into all lanes of the group; register 2 is scratch. */
void SpreadFirstLane(SfpuRegisters& lanes) {
  SfpuRegisters::Lanes first = SfpuRegisters::Constant(0.0f);
  for (int lane = 0; lane < kRegisterLanes; lane += kBandLanes) {
    first[lane] = std::bit_cast<uint32_t>(1.0f);
  }
  lanes.Multiply(0, first);
  for (int distance : {1, 2, 4}) {
    lanes.RotateRight(2, 0, distance);
    lanes.Add(0, 2);
  }
}

LaneFormat FormatOf(bool fp32_dest) {
  return fp32_dest ? LaneFormat::Float32 : LaneFormat::Bfloat16;
}

}  // namespace

void SfpuReduceColumns(const SfpuReduceConfig& config, DestTile& tile) {
  const FlushDenormals flush;
  Reduction reduction(config);
  if (!IsExtremum(config.pool)) {
    for (int address : kUpperColumns) SumColumns(reduction, tile, address);
  } else if (config.number == SfpuNumber::Float) {
    FloatExtremaOfColumns(reduction, tile);
  } else {
    const std::span<DestTile> one(&tile, 1);
    if (NeedsFlip(config)) FlipSigns(one);
    for (int face : {0, kFaceRows}) IntegerExtremaOfColumns(reduction, tile, face);
    if (NeedsFlip(config)) FlipSigns(one);
  }
}

void SfpuReduceRows(const SfpuReduceConfig& config, std::span<DestTile> tiles, int tiles_across) {
  if (config.pool == SfpuPool::Avg) throw std::invalid_argument("SFPU: no average of rows");
  const FlushDenormals flush;
  Reduction reduction(config);
  if (NeedsFlip(config)) FlipSigns(tiles);
  for (DestTile& tile : tiles) {
    ForEachBand([&](int address) { ReduceBandOfRows(reduction, tile, address); });
  }
  for (size_t first = 0; tiles_across > 1 && first < tiles.size(); first += tiles_across) {
    const std::span<DestTile> row = tiles.subspan(first, tiles_across);
    ForEachBand([&](int address) { CombineTiles(reduction, row, address); });
  }
  if (NeedsFlip(config)) FlipSigns(tiles);
}

void SfpuBroadcastColumn(SfpuBroadcastOp op, bool fp32_dest, const DestTile& vector,
                         DestTile& data) {
  const FlushDenormals flush;
  SfpuRegisters lanes(FormatOf(fp32_dest));
  ForEachBand([&](int address) {
    lanes.Load(0, vector, address);
    SpreadFirstLane(lanes);
    if (op == SfpuBroadcastOp::Sub) {
      for (uint32_t& bits : lanes[0]) bits ^= 0x80000000u;
    }
    for (int columns : kUpperColumns) {
      lanes.Load(1, data, address + columns);
      Combine(op, lanes[1], lanes[0]);
      lanes.Store(1, data, address + columns);
    }
  });
}

void SfpuBroadcastRow(SfpuBroadcastOp op, bool fp32_dest, const DestTile& vector, DestTile& data) {
  const FlushDenormals flush;
  SfpuRegisters lanes(FormatOf(fp32_dest));
  for (int i = 0; i < 4; ++i) lanes.Load(4 + i, vector, kUpperColumns[i]);
  ForEachBand([&](int address) {
    for (int i = 0; i < 4; ++i) lanes.Load(i, data, address + kUpperColumns[i]);
    // Registers 0..3 become whole rows of the data, register 4 row 0 of the vector.
    lanes.Transpose();
    for (int i = 0; i < 4; ++i) {
      if (op == SfpuBroadcastOp::Sub) {
        SfpuRegisters::MultiplyAdd(lanes[i], lanes[4], SfpuRegisters::Constant(-1.0f), lanes[i]);
      } else {
        Combine(op, lanes[i], lanes[4]);
      }
    }
    lanes.Transpose();
    for (int i = 0; i < 4; ++i) lanes.Store(i, data, address + kUpperColumns[i]);
  });
}

}  // namespace tt_simulator
