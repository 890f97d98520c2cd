// Swagger UI speaks English only. On the Chinese page, its own words are replaced where they are drawn.

const CHINESE = {
  'Try it out': '试用',
  'Cancel': '取消',
  'Reset': '重置',
  'Execute': '发送请求',
  'Clear': '清除',
  'Authorize': '授权',
  'Authorized': '已授权',
  'Available authorizations': '可用的授权方式',
  'Logout': '注销',
  'Close': '关闭',
  'Parameters': '参数',
  'Name': '名称',
  'Description': '说明',
  'No parameters': '无参数',
  'Request body': '请求体',
  'Send empty value': '发送空值',
  'Responses': '应答',
  'Response body': '应答体',
  'Response headers': '应答头',
  'Server response': '服务器应答',
  'Request URL': '请求地址',
  'Request duration': '耗时',
  'Code': '状态码',
  'Details': '详情',
  'Links': '链接',
  'No links': '无链接',
  'Media type': '媒体类型',
  'Example Value': '示例',
  'Edit Value': '编辑',
  'Example Description': '示例说明',
  'Examples': '示例',
  'Schema': '结构',
  'Download': '下载',
  'Loading...': '正在载入……',
  'LOADING': '正在发送……',
  'Error': '错误',
  'Undocumented': '未列入文档',
  'required': '必填',
  'Value:': '值：',
  'In: ': '位置：',
  'Servers': '服务器',
};

/** Replaces Swagger UI's own words; the texts of the contract come in the language of the page already. */
export function translate(language) {
  return ({ React }) => {
    if (language.startsWith('zh') && !React.anzeTranslates) {
      const create = React.createElement;
      const inChinese = (child) => (typeof child === 'string' ? CHINESE[child.trim()] ?? child : child);
      React.createElement = (type, props, ...children) => create(type, props, ...children.map(inChinese));
      React.anzeTranslates = true;
    }
    return {};
  };
}
