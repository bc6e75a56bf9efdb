/** What only the pages of complaints say: it comes with their package, not with a buyer's first page. */
export default {
  debt: {
    empty: '没有要退回的款项', empty_says: '先行赔付后经复核改判、需要您退回的款项会列在这里', left: '还应退回', law: '可以分次退回。平台不会从您的订单、佣金或保证金里自动扣除。', went: '付款后几秒内到账。', look: '刷新看看', why: '平台先行赔付给您之后，{at} 经人工复核改判：这笔赔付不成立，需要退回。', says: '复核说明：{says}', first: '先行赔付给您', written_off: '平台已核销', amount: '本次退回（元）', method: '付款方式', by_wechat: '微信支付', by_alipay: '支付宝', pay: '去付款', done: '已全部了结', bad_amount: '金额应在 ¥0.01 到 ¥{n} 之间', receipt: '收据', number: '编号 {n}', transaction: '渠道交易号 {n}', excess: '多付的 ¥{n} 已原路退回',
  },
  spam: {
    none: '这台设备上没有打开过别人的分享', none_says: '只能举报自己打开过的分享；清除过浏览数据的，请从聊天里再打开一次', which: '哪一条分享', why: '哪里不对', hint: '补充说明（选填，200 字内）；不要写姓名和电话', send: '提交举报', missing: '请选择一条分享和一个原因', done: '已收到，谢谢', says: '每条分享每人举报一次，推客和商家不会知道是谁举报的。{days} 天内有 {n} 位买过东西的人说同样的事，就登记为待核实的违规，由人核实；其余由平台翻看。登录后举报，买过东西才算数。',
  },
  dispute: {
    all: '全部', open: '处理中', ended: '已了结', empty: '没有投诉', empty_says: '商品有问题，先申请售后；解决不了，可以在订单里投诉', empty_promoter_says: '买家对您的推广内容没有投诉', orders: '去看订单', wanted: '请求', paid: '已赔付', nothing_paid: '未赔付',
    answering: '待对方答复', offered: '协商中', arbitration: '平台裁决中', ruled: '赔付中', paid_state: '已赔付', denied: '未支持', withdrawn: '已撤回', reversed: '申诉改判', final: '已了结',
    buyer: '买家', merchant: '商家', promoter: '推客', platform: '平台', you: '您',
    clock_answering: '{who}须在 {at} 前答复，逾期按规则先行赔付', clock_offered: '买家在 {at} 前决定是否接受，逾期转平台裁决', clock_arbitration: '平台在 {at} 前裁决', clock_ruled: '正在原路退款，{at} 前到账', clock_paid: '{at} 前可以申诉，之后生效', clock_denied: '{at} 前可以申诉，之后生效', late: '平台处理超时，已催办', left: '剩 {left}',
    says_withdrawn: '投诉已撤回，暂扣的保证金已解除', says_final: '结果已经生效，不再变更', says_reversed: '复核改判：先行赔付的款项需要退回',
    complaint: '投诉', filed_at: '{at} 提交', answer: '{who}的答复', no_answer: '还没有答复', offer: '愿意赔付 ¥{n}', ruling: '裁决', for_buyer: '支持买家 ¥{n}', not_for_buyer: '不支持', rule: '依据：{title}（{source}，规则 {v}）', appeal_of: '{who}申诉', appeal_wait: '等待人工复核，{at} 前答复', appeal_late: '等待人工复核，已超过答复时限，仍在处理', appeal_left: '申诉期剩 {left}', appeal_answer: '复核结果：{says}',
    money: '款项', money_wanted: '请求金额', money_ruled: '裁决金额', money_paid: '已退回买家', money_deposit: '其中由保证金先行赔付', money_owed: '其中由{who}另行承担', money_back: '改判后应退回', money_recovered: '已退回', money_by: '去退回这笔款项 ›',
    evidence: '证据', evidence_none: '双方都还没有提交证据', evidence_says: '只有双方和平台能看到；提交后不能撤换', evidence_add: '添加照片', evidence_video: '登记视频指纹', video_says: '视频保存在您手里，这里只登记指纹，日后可证明没有改动过', video_done: '已登记：{name}', video_unsafe: '当前浏览器不能计算指纹，请换用安全连接（网址以锁形图标开头）打开', fingerprint: '文件指纹', removed: '提交人已注销，仅存指纹', sent: '已提交，对方可见', asks: '建议提供',
    pack: '下载证据包', pack_title: '证据包', pack_name: '投诉证据包-{id}.zip', pack_says: '全部材料、裁决规则和资金流水证明打成一个压缩包，任何人可离线核对是否被改动', timeline: '进度',
    withdraw: '撤回投诉', withdraw_sure: '确定撤回？', withdraw_says: '撤回后暂扣的保证金解除，款项不再赔付；在投诉期内可以重新提交。', withdrawn_done: '已撤回', take: '接受 ¥{n}', take_says: '接受后立即按 ¥{n} 原路退款，投诉了结，之后不能再申诉。', taken: '已接受，正在退款', decline: '不接受', decline_sure: '不接受，交平台裁决？', declined: '已转平台裁决',
    reply: '答复', reply_accept: '同意全额赔付', reply_offer: '提出协商金额', reply_contest: '不同意', reply_accept_says: '立即原路退款给买家，先从保证金支付；同意后不能再申诉', reply_offer_says: '买家接受后按此赔付', reply_contest_says: '写明理由并提交证据，由平台裁决', reply_words: '说明', reply_hint: '写清楚经过，买家和平台都会看到', reply_amount: '愿意赔付（元）', reply_bad: '金额须大于 0 且小于 ¥{n}', reply_sent: '已答复', no_words: '请写明说明',
    appeal_go: '申诉', appeal_says: '由人工复核，双方各一次；只支持了一部分的，买家也可以申诉其余部分。写清楚哪里不对，可以补充新的事实。', appeal_hint: '为什么这个裁决不对', appeal_sent: '已提交，等待人工复核',
    file_title: '提交投诉', which: '哪件商品', kind: '出了什么问题', amount: '请求退回（元）', most: '最多 ¥{n}', words: '说明', words_hint: '发生了什么、希望怎样解决', pictures: '照片', submit: '提交投诉', nothing: '这笔订单没有可以投诉的商品', nothing_says: '款项已全部退回，或订单还没有付款', already: '已有处理中的投诉', bad_amount: '金额应在 ¥0.01 到 ¥{n} 之间', no_kind: '请选择出了什么问题', no_line: '请选择商品', done: '已提交，对方须在 {n} 小时内答复', promise: '提交后：对方 {a} 小时内答复；逾期或小额且事由清楚的，按规则先行赔付；其余由平台 {b} 小时内裁决。赔付先从对方的保证金支付。', need_received: '收货后可选', too_late: '收货已超过 {n} 天', need_refused: '售后被拒后可选', need_promoter: '这笔订单没有推客', source: '依据：{s}', by: '由{who}负责', uploading: '照片上传中…', some_failed: '有照片没有传上去，可在详情页补交', rules: '投诉与先行赔付规则 {v}',
  },
}
