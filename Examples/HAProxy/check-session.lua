-- Two actions for `http-request`: check-session asks sessiond whether a request is signed in, remove-session-cookies takes its cookies out.

-- For one attempt. HAProxy makes up to four by itself.
local timeout_milliseconds = 1000

-- What sessiond decides by, or shows in the list of sessions. `Authorization` is the application's: behind this proxy the cookie
-- alone counts. No body is sent, so none has to be read before the answer.
local asked_with = {
    "host", "cookie", "user-agent", "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "x-forwarded-for", "x-forwarded-proto",
    "x-forwarded-host",
}

-- The headers that each 2xx has, and the variables they become.
local told = {
    ["x-auth-user-id"] = "txn.session_user_id",
    ["x-auth-username"] = "txn.session_username",
    ["x-auth-email"] = "txn.session_email",
    ["x-auth-session-id"] = "txn.session_id",
    ["x-auth-expires"] = "txn.session_expires",
}

-- The one value of a header; nil when there is none, or more than one.
local function only(headers, name)
    local values = headers and headers[name]
    if not values then return nil end
    local found
    for _, value in pairs(values) do
        if found then return nil end
        found = value
    end
    return found
end

-- Sets txn.session_status: 204 and the five variables of whom it is; 302 and txn.session_login; 401; or nothing, which lets nobody in.
core.register_action("check-session", { "http-req" }, function(txn, server)
    local headers, own = txn.http:req_get_headers(), {}
    for _, name in ipairs(asked_with) do
        local values = headers[name]
        if values then
            own[name] = {}
            -- HAProxy counts values from 0.
            for place = 0, #values do own[name][place + 1] = values[place] end
        end
    end
    own["x-forwarded-method"] = { txn.f:method() }
    own["x-forwarded-uri"] = { txn.f:pathq() }

    local url = "http://" .. server .. "/api/auth/verify"
    if txn:get_var("txn.opens_page") then url = url .. "?redirect=1" end
    local answer = core.httpclient():get { url = url, headers = own, timeout = timeout_milliseconds }
    local status = answer and answer.status

    if status == 204 then
        for name, variable in pairs(told) do
            local value = only(answer.headers, name)
            if not value or value == "" then return end
            txn:set_var(variable, value)
        end
    elseif status == 302 then
        local location = only(answer.headers, "location")
        if not location then return end
        txn:set_var("txn.session_login", location)
    elseif status ~= 401 then
        return
    end
    txn:set_var("txn.session_status", status)
end, 1)

local is_ours = { token = true, known_browser = true }

core.register_action("remove-session-cookies", { "http-req" }, function(txn)
    local lines, kept = txn.http:req_get_headers()["cookie"], {}
    if not lines then return end
    for place = 0, #lines do
        for pair in lines[place]:gmatch("[^;]+") do
            local text = pair:match("^[ \t]*(.-)[ \t]*$")
            local name = text:match("^([^=]-)[ \t]*=") or text
            if text ~= "" and not is_ours[name:gsub("^__Host%-", ""):gsub("^__Secure%-", "")] then
                table.insert(kept, text)
            end
        end
    end
    txn.http:req_del_header("cookie")
    if #kept > 0 then txn.http:req_add_header("cookie", table.concat(kept, "; ")) end
end, 0)
