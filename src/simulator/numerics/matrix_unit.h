/*!
 * \file matrix_unit.h
 * \brief Tile operations of the matrix unit (FPU): matmul, element-wise, copy, reduce.
 */
#ifndef TT_SIMULATOR_NUMERICS_MATRIX_UNIT_H_
#define TT_SIMULATOR_NUMERICS_MATRIX_UNIT_H_

#include <cstdint>

#include "tiles.h"

namespace tt_simulator {

/*! \brief Math fidelity with the vendor's numbers; the phases 0..n-1 that are executed. */
enum class MathFidelity : uint8_t { LoFi = 0, HiFi2 = 2, HiFi3 = 3, HiFi4 = 4 };

/*! \brief Exact: the bits of the machine. Fast: plain float32, DST rounding once per operation. */
enum class Numerics : uint8_t { Exact, Fast };

enum class BinaryOp : uint8_t { Add, Sub, Mul };

/*! \brief Which part of the second operand (SrcB) is repeated over the tile. */
enum class Broadcast : uint8_t {
  None,
  Row,    /*!< one row repeated over all rows (`*_bcast_rows`) */
  Col,    /*!< column 0 repeated over all columns (`*_bcast_cols`) */
  Scalar, /*!< element (0, 0) */
};

enum class PoolType : uint8_t { Sum, Avg, Max };
enum class ReduceDim : uint8_t { Row, Col, Scalar };

/*! \brief Settings shared by the operations of the matrix unit. */
struct MathConfig {
  MathFidelity fidelity = MathFidelity::HiFi4;
  bool fp32_dest = false; /*!< DST has 32-bit elements (`fp32_dest_acc_en`) */
  Numerics numerics = Numerics::Exact;
  bool half_dest = false; /*!< DST has 16-bit elements that are float16; the operands are, too */
};

/*! \brief `matmul_tiles`: dst += in0 @ in1 for one 32x32x32 tile product; in0 is SrcB, in1 SrcA. */
void MatmulAccumulate(const SourceTile& in0, const SourceTile& in1, const MathConfig& config,
                      DestTile& dst);

/*!
 * \brief `matmul_block`: MatmulAccumulate of in0[r] and in1[c] into dst[r * columns + c], for all of
 *        them. Bit for bit the same; what the products share is prepared once.
 */
void MatmulBlock(const SourceTile* in0, int rows, const SourceTile* in1, int columns,
                 const MathConfig& config, DestTile* dst);

/*!
 * \brief `add/sub/mul_tiles[_bcast_*]`: dst = a op b, or dst += a op b with `accumulate`.
 *
 * \param a first operand (in0, SrcA).
 * \param b second operand (in1, SrcB), broadcast as `broadcast` says.
 * \param accumulate `acc_to_dest` of the init call; otherwise the old dst is ignored.
 * \param broadcast_row row of b that Broadcast::Row repeats (`bcast_row_idx`).
 */
void EltwiseBinary(BinaryOp op, Broadcast broadcast, const SourceTile& a, const SourceTile& b,
                   const MathConfig& config, bool accumulate, DestTile& dst, int broadcast_row = 0);

/*!
 * \brief `copy_tile` through SrcA.
 *
 * A 16-bit DST receives the patterns as they are, -0 and NaN included (MOVA2D). A 32-bit DST is
 * written by adding zero (ELWADD), which turns -0 and denormals into +0 and NaN into an infinity.
 * Integer formats are copied as they are.
 */
void CopySourceToDest(DataFormat format, const SourceTile& source, bool fp32_dest, DestTile& dst);

/*! \brief `unary_bcast`: dst = the broadcast part of the source repeated over the tile. */
void BroadcastSourceToDest(DataFormat format, Broadcast broadcast, const SourceTile& source,
                           bool fp32_dest, DestTile& dst);

/*!
 * \brief DST read back as a source operand (`*_reuse_dest_tiles`).
 *
 * \param float32_source the source register is configured for float32 data (TF32, 10 mantissa bits
 *        kept); otherwise the value is truncated to bfloat16, even from a 32-bit DST.
 */
void DestToSource(const DestTile& dst, bool float32_source, SourceTile& source);

/*! \brief 32x32 transposition in place (`transpose_dest`). */
void TransposeDest(DestTile& dst);

/*! \brief Settings of one ReduceAccumulate. */
struct ReduceConfig {
  PoolType pool = PoolType::Sum;
  ReduceDim dim = ReduceDim::Row;
  MathConfig math;
  bool float32_input = false;  /*!< source registers keep 10 bits of mantissa between two stages */
  bool dest_is_cleared = true; /*!< nothing was written to dst since `tile_regs_acquire` */
};

/*!
 * \brief `reduce_tile`: reduces one tile into dst; several tiles may follow one another.
 *
 * Row writes column 0, Col writes row 0, Scalar writes element (0, 0); all other elements of dst
 * are left alone, the packer masks them (PackMask). Avg is Sum: the scaler does the division.
 *
 * \param scaler tile with the scaler in row 0 of each face, zero elsewhere. Max needs 1.0.
 */
void ReduceAccumulate(const ReduceConfig& config, const SourceTile& data, const SourceTile& scaler,
                      DestTile& dst);

}  // namespace tt_simulator

#endif  // TT_SIMULATOR_NUMERICS_MATRIX_UNIT_H_
