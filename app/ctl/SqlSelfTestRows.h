// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiments/SelfTestRows.h"
#include "core/storage/SqlExecutorPool.h"

namespace hearth {

// The self-test's own rows in user_profiles. Blocks; not on the pool's threads. Borrows the pool.
class SqlSelfTestRows final : public SelfTestRows
{
public:
    explicit SqlSelfTestRows(SqlExecutorPool &pool)
        : m_pool(pool)
    {
    }

    Result<void> insert(const std::vector<Profile> &profiles) override;
    Result<std::uint64_t> remove(const std::vector<ProfileId> &ids) override;
    Result<std::vector<ProfileId>> find() override;

private:
    SqlExecutorPool &m_pool;
};

} // namespace hearth
