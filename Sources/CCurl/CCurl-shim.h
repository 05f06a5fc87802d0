#pragma once
#include <curl/curl.h>

// libcurl's setters and getters are variadic, which Swift can't call: one function for each type of
// argument in use.

static inline CURLcode curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_set_number(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_set_list(
    CURL *handle, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}

typedef size_t (*curl_receiver)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode curl_set_receiver(
    CURL *handle, CURLoption option, curl_receiver receiver) {
  return curl_easy_setopt(handle, option, receiver);
}

static inline CURLcode curl_get_number(CURL *handle, CURLINFO info, long *value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode curl_get_text(CURL *handle, CURLINFO info, const char **value) {
  char *text = 0;
  CURLcode code = curl_easy_getinfo(handle, info, &text);
  *value = text;
  return code;
}

// Whether a transfer can be cancelled during name resolution, without waiting for it.
static inline void curl_set_quick_exit(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075700
  curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
#else
  (void)handle;
#endif
}

// The result of a finished transfer, if this message is about one.
static inline CURLcode curl_message_result(const CURLMsg *message) { return message->data.result; }
